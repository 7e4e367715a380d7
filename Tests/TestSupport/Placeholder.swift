// Builders of small samples.
