// Gone as soon as the module has a file.
