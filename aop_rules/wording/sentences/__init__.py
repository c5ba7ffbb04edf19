"""Every sentence of the library's own, by key, in English and Vietnamese; one module for each room that says them."""
