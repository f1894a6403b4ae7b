"""The ``steerco`` command: one room for each group of commands, imported when a command of it runs.

main            the entry point, and the table of all commands
installation/   doctor, backup, restore, db, config
serve/          the processes: serve and work
tenant/         from files to a committee that runs
charter/        a regulation's text and data
acts/           explain, plan, week, competence, duties, actions, do
log/            a tenant's log
plugin/         plugins, and the commands that they add
documents/      packages and papers: document, paper, exchange
access/         who may sign in and call: account, token
checks/         the findings of ``tenant check`` and ``tenant test``
answers/        questions that several groups put to a committee, and a draft beside it
frame/          the parts of every command: its options, the home and database, output, problems
"""
