"""Word of what happened and of what falls due: notices in the pages, and e-mail.

Read ``notices.py`` (what is told to whom, from the log), ``reminders.py`` (days that come near), ``wording.py`` (the words),
``invitation.py`` (the part for calendars), ``mail.py`` (the server), ``outbox.py`` (what is sent, tried again or given up) and
``postman.py`` (the loop that does all of it), in this order.
"""
