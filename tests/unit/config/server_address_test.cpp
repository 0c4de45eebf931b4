#include "unjam/config/server_address.h"

#include "unjam/base/error.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace unjam {
namespace {

TEST(ServerAddress, DsnIsTakenApart) {
  struct Example {
    std::string dsn;
    std::string display;
    std::string password;
    Tls tls;
  };
  const std::vector<Example> examples = {
      {"mysql://unjam:pw@db1:3307/shop", "mysql://unjam@db1:3307/shop", "pw", Tls::VerifyFull},
      {"mysql://unjam@db1", "mysql://unjam@db1:3306", "", Tls::VerifyFull},
      {"mariadb://127.0.0.1", "mariadb://127.0.0.1:3306", "", Tls::Off},
      {"mysql://127.1.example.com", "mysql://127.1.example.com:3306", "", Tls::VerifyFull},
      {"postgresql://u:p%40ss%3A%2F@localhost/db", "postgresql://u@localhost:5432/db", "p@ss:/",
       Tls::Off},
      {"postgres://u@[2001:db8::1]:5433", "postgresql://u@[2001:db8::1]:5433", "", Tls::VerifyFull},
      {"postgresql://u@[::1]", "postgresql://u@[::1]:5432", "", Tls::Off},
      {"mysql://u:a@b@db1", "mysql://u@db1:3306", "a@b", Tls::VerifyFull},
      {"mysql://u%40corp:p@db1", "mysql://u%40corp@db1:3306", "p", Tls::VerifyFull},
      {"mysql://u@?socket=/run/mysqld.sock", "mysql://u@?socket=/run/mysqld.sock", "", Tls::Off},
      {"mysql://u@db1?tls=require", "mysql://u@db1:3306", "", Tls::Require},
      {"postgresql://u@db1/d?sslmode=verify-ca&sslrootcert=/ca.pem", "postgresql://u@db1:5432/d",
       "", Tls::VerifyCa},
      {"postgresql://u@db1/d?sslmode=disable", "postgresql://u@db1:5432/d", "", Tls::Off},
  };
  for (const Example& example : examples) {
    const ServerAddress address = parse_dsn(example.dsn);
    EXPECT_EQ(address.display(), example.display);
    EXPECT_EQ(address.password.reveal(), example.password) << example.dsn;
    EXPECT_EQ(address.tls, example.tls) << example.dsn;
  }
  EXPECT_EQ(parse_dsn("postgresql://u@db1/d?sslmode=verify-ca&ca=/ca.pem").ca_file, "/ca.pem");
}

TEST(ServerAddress, MistakesNameTheRemedyAndNeverThePassword) {
  struct Example {
    std::string dsn;
    std::string expected;
  };
  // "hunter2" is a piece of each password, wherever the address breaks apart.
  const std::vector<Example> examples = {
      {"hunter2", "does not begin with a scheme"},
      {"hunter2://db1", "unknown scheme"},
      {"mysql://u:a/hunter2@db1", "the port is not a number"},
      {"mysql://u:hunter2/x@db1", "the port is not a number"},
      {"mysql://u:hunter2?x@db1", "the port is not a number"},
      {"mysql://u:1?hunter2@db1", "unknown parameter"},
      {"mysql://u:hunter2%zz@db1", "two hex digits"},
      {"mysql://u:hunter2%4@db1", "two hex digits"},
      {"mysql://u:hunter2%0a@db1", "control character"},
      {"mysql://u:hunter2@db1:99999", "the port is not a number from 1 to 65535"},
      {"mysql://u:hunter2@db 1", "the host is neither a name nor an address"},
      {"mysql://u:hunter2@[::1", "is not closed"},
      {"mysql://u:hunter2@[::1]5", "only a port may follow"},
      {"mysql://u:hunter2@db1?tls=prefer", "unknown value of tls"},
      {"mysql://u:hunter2@db1?colour=red", "known are socket, tls"},
  };
  for (const Example& example : examples) {
    try {
      parse_dsn(example.dsn);
      ADD_FAILURE() << example.dsn;
    } catch (const Error& error) {
      const std::string message = error.what();
      EXPECT_EQ(error.kind(), ErrorKind::Usage);
      EXPECT_NE(message.find(example.expected), std::string::npos) << message;
      EXPECT_EQ(message.find("hunter2"), std::string::npos) << message;
    }
  }
}

}  // namespace
}  // namespace unjam
