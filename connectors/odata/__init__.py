"""Pages through OData listings and decodes them. It knows no table."""
