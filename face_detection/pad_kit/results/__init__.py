"""Error rates of a check against presentation attacks, and the files that report them."""
