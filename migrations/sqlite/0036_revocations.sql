-- The vault's tables are in ../vault.sql.
SELECT 1;
