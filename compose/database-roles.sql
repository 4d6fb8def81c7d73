-- Run by compose.yaml at each start, as the administrator of the database: makes the two roles that the service needs,
-- gives them the passwords of ./secrets, and hands over what the administrator owned before there were roles.
\set ON_ERROR_STOP on
\set owner_password `cat /run/secrets/owner_password`
\set service_password `cat /run/secrets/service_password`
SET client_min_messages = warning;

SELECT 'CREATE ROLE quay_robots_owner' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'quay_robots_owner') \gexec
SELECT 'CREATE ROLE quay_robots_service' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'quay_robots_service') \gexec

ALTER ROLE quay_robots_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'owner_password';
ALTER ROLE quay_robots_service LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'service_password';

-- Nobody else connects, makes tables or makes temporary ones.
REVOKE ALL ON DATABASE quay_robots FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT CONNECT ON DATABASE quay_robots TO quay_robots_owner, quay_robots_service;
ALTER SCHEMA public OWNER TO quay_robots_owner;

SELECT format('ALTER TABLE %I.%I OWNER TO quay_robots_owner', schemaname, tablename)
  FROM pg_tables WHERE schemaname = 'public' AND tableowner <> 'quay_robots_owner' \gexec
SELECT format('ALTER TYPE %I OWNER TO quay_robots_owner', typname)
  FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd') AND typowner <> 'quay_robots_owner'::regrole \gexec
SELECT format('ALTER ROUTINE %s OWNER TO quay_robots_owner', oid::regprocedure)
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proowner <> 'quay_robots_owner'::regrole \gexec
