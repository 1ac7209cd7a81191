-- The connection that holds a lock idles while its dump is loaded; a transaction idles while a dump arrives slowly.
-- Keepalives, so that the server gives up within a minute the locks of a process that the network cut off, not in hours.
SET TimeZone = 'UTC';
SET idle_in_transaction_session_timeout = 0;
SET idle_session_timeout = 0;
SET tcp_keepalives_idle = 30;
SET tcp_keepalives_interval = 10;
SET tcp_keepalives_count = 3
