#!/bin/sh
# Runs once, in an empty database cluster (docker-entrypoint-initdb.d), as its superuser. Two roles,
# neither of them a superuser: ems_owner has the tables and migrates, ems_app is what serves.
set -eu

psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  -v owner_password="$EMS_OWNER_PASSWORD" -v app_password="$EMS_APP_PASSWORD" <<'SQL'
CREATE ROLE ems_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE ems_app LOGIN PASSWORD :'app_password';
CREATE DATABASE ems OWNER ems_owner;
REVOKE ALL ON DATABASE ems FROM PUBLIC;
GRANT CONNECT ON DATABASE ems TO ems_app;
SQL
