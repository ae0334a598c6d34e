-- The pipeline's reading user: SELECT on the current database and PROCESS, nothing else; safe to repeat.
-- Run as a user with GRANT OPTION inside the order system's database (MySQL 8+ or MariaDB 10.11+).
--
-- PROCESS lets an extract see the open transactions in information_schema.innodb_trx, and with them how far it can trust updated_at.
-- The account is created locked and without a password, because no password belongs in a file. To open it:
--     ALTER USER 'techmarket_reader'@'%' IDENTIFIED BY '<a long random password>' ACCOUNT UNLOCK;
-- Set @reader before running the file to give the user another name.
--
-- GRANT takes no variables and no "current database", hence the prepared statements. In its database name `_` and `%` are
-- wildcards, hence the backslashes: without them a grant on `shop_1` would also open `shopA1`.

SET @reader = COALESCE(@reader, 'techmarket_reader');
SET @account = CONCAT(QUOTE(@reader), '@''%''');
SET @this_database = CONCAT('`', REPLACE(REPLACE(REPLACE(DATABASE(), '`', '``'), '_', '\\_'), '%', '\\%'), '`');

SET @create_reader = CONCAT('CREATE USER IF NOT EXISTS ', @account, ' ACCOUNT LOCK');
PREPARE create_reader FROM @create_reader;
EXECUTE create_reader;
DEALLOCATE PREPARE create_reader;

SET @grant_reading = CONCAT('GRANT SELECT ON ', @this_database, '.* TO ', @account);
PREPARE grant_reading FROM @grant_reading;
EXECUTE grant_reading;
DEALLOCATE PREPARE grant_reading;

SET @grant_process = CONCAT('GRANT PROCESS ON *.* TO ', @account);
PREPARE grant_process FROM @grant_process;
EXECUTE grant_process;
DEALLOCATE PREPARE grant_process;
