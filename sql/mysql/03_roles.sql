-- Creates the pipeline's reading user with SELECT on the current database and PROCESS, nothing else. Safe to repeat.
-- Run it as a user with GRANT OPTION in the order system's database (MySQL 8+ or MariaDB 10.11+).
--
-- PROCESS lets an extract read the open transactions in information_schema.innodb_trx, and so how far it can trust updated_at.
-- The account is created locked and without a password, because no password belongs in a file. To open it, run
--     ALTER USER 'techmarket_reader'@'%' IDENTIFIED BY '<a long random password>' ACCOUNT UNLOCK;
-- Set @reader before running the file to give the user another name.
--
-- GRANT takes no variables and no current database, hence the prepared statements. `_` and `%` are wildcards in its database name, hence
-- the backslashes: without them a grant on `shop_1` would also open `shopA1`.

SET @reader = coalesce(@reader, 'techmarket_reader');
SET @account = concat(quote(@reader), '@''%''');
SET @this_database = concat('`', replace(replace(replace(database(), '`', '``'), '_', '\\_'), '%', '\\%'), '`');

SET @create_reader = concat('CREATE USER IF NOT EXISTS ', @account, ' ACCOUNT LOCK');
PREPARE create_reader FROM @create_reader;
EXECUTE create_reader;
DEALLOCATE PREPARE create_reader;

SET @grant_reading = concat('GRANT SELECT ON ', @this_database, '.* TO ', @account);
PREPARE grant_reading FROM @grant_reading;
EXECUTE grant_reading;
DEALLOCATE PREPARE grant_reading;

SET @grant_process = concat('GRANT PROCESS ON *.* TO ', @account);
PREPARE grant_process FROM @grant_process;
EXECUTE grant_process;
DEALLOCATE PREPARE grant_process;
