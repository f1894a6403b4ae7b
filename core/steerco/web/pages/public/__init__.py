"""What is public: the only pages of a committee that a stranger reads."""
