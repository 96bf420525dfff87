"""Model versions and which of them serves: folders and numbers, nothing about models."""
