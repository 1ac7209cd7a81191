-- A load or a drop takes the time that its rows take: a limit meant for questions would stop every large dump, each time.
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL statement_timeout = 0
