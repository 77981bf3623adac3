"""Key figures of a shift after ISO 22400, made of events only. README.md has the definitions."""
