"""Search among the templates of a whole university, by FAISS."""
