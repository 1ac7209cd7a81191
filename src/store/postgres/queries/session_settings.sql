-- The connection that holds a lock idles while its dump is loaded; a transaction idles while a dump arrives slowly.
SET TimeZone = 'UTC';
SET idle_in_transaction_session_timeout = 0;
SET idle_session_timeout = 0
