"""Labels: the terms that mark topics out, by several measures, and the names made of them."""
