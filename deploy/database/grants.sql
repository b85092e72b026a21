-- What the program may do while it serves. As ems_owner, after every migration; may be repeated.
GRANT USAGE ON SCHEMA public TO ems_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ems_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ems_app;
-- The history is written and read, never changed; how far migrations have come is only read.
REVOKE UPDATE, DELETE ON ledger_event FROM ems_app;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM ems_app;
