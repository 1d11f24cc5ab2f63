"""What meets the outside: commands, standard output, files, tables, marked parts of documents."""
