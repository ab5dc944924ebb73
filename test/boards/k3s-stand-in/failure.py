class Failure(Exception):
    """Ends the program with a message, as `level=fatal` of k3s does."""
