"""Who can sign in: accounts of the installation, the person whom each is in a committee, their passwords and web sign-ins."""
