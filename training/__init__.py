"""Making the embedded model understand and answer customers: data, fine-tuning, what is committed."""
