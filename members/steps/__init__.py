"""What several actions on firms share."""
