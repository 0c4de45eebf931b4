insert into t values (1, 'x', NULL), (2, "y", null) /* a */;
