from pathlib import Path

import pytest

from techmarket.extract.dump.declaration import read_declaration
from techmarket.extract.schema_check import Declared

MYSQL = """\
SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'd405cb37-e87b-11f1-a012-02fc00000001:1-7';
-- MySQL dump 10.13  Distrib 9.7.4, for Linux (x86_64)
--
-- Host: 127.0.0.1    Database: shop
-- ------------------------------------------------------
-- Server version\t9.7.4-2

/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
DROP TABLE IF EXISTS `gen`;
CREATE TABLE `gen` (
  `a` int unsigned NOT NULL AUTO_INCREMENT COMMENT 'can''t be NULL, isn\\'t NOT NULL `a`',
  `b` int GENERATED ALWAYS AS ((`a` + 1)) STORED,
  `c``d` varchar(100) COLLATE utf8mb4_bin NOT NULL DEFAULT ',b int',
  `e` timestamp(6) NULL DEFAULT NULL /*!80023 INVISIBLE */,
  `f` decimal(12,2) DEFAULT NULL COMMENT 'NOT NULL',
  `g` enum('x','y') NOT NULL,
  PRIMARY KEY (`a`),
  KEY `gen_e` (`e`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;
"""


@pytest.fixture
def declaration(tmp_path: Path) -> Path:
    path = tmp_path / "gen.sql"
    path.write_text(MYSQL)
    return path


def test_columns_are_read_in_the_order_of_the_data_with_type_and_nullability(declaration: Path) -> None:
    assert dict(read_declaration(declaration, "gen").columns) == {
        "a": Declared("int unsigned", nullable=False),
        "b": Declared("int", nullable=True),
        "c`d": Declared("varchar(100)", nullable=False),
        "e": Declared("timestamp(6)", nullable=True),
        "f": Declared("decimal(12,2)", nullable=True),
        "g": Declared("enum('x','y')", nullable=False),
    }
    assert list(read_declaration(declaration, "gen").columns) == ["a", "b", "c`d", "e", "f", "g"]


def test_display_widths_of_mariadb_are_no_difference(declaration: Path) -> None:
    declaration.write_text(MYSQL.replace("int unsigned", "int(10) unsigned").replace("`b` int ", "`b` int(11) "))
    columns = read_declaration(declaration, "gen").columns
    assert (columns["a"].type, columns["b"].type) == ("int unsigned", "int")


def test_the_server_is_known_and_that_the_data_is_in_utc(declaration: Path) -> None:
    found = read_declaration(declaration, "gen")
    assert (found.server_version, found.in_utc) == ("9.7.4-2", True)
    declaration.write_text(MYSQL.replace("SET TIME_ZONE='+00:00'", ""))
    assert not read_declaration(declaration, "gen").in_utc
