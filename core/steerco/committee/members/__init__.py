"""Who belongs to a committee: people, seats and offices, terms, caps, vacancies, and those who work for it."""
