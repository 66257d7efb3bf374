"""What may be shown, declared: indicators, sources, themes, run configurations."""
