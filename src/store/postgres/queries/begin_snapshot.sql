-- For questions: one state of the database. They keep whatever time limit the server sets them.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY
