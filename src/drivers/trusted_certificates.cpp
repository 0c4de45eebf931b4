#include "drivers/trusted_certificates.h"

#include "unjam/base/error.h"

#include <filesystem>
#include <system_error>
#include <vector>

namespace unjam {

std::string trusted_certificates(const ServerAddress& address) {
  std::vector<std::string> places{address.ca_file};
  if (address.ca_file.empty()) {
    places = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
              "/etc/ssl/cert.pem"};
  }
  for (const std::string& place : places) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(place, ignored)) {
      return place;
    }
  }
  throw Error(ErrorKind::Usage,
              address.display() + ": cannot check the server's certificate: " +
                  (address.ca_file.empty() ? "this system has no list of trusted certificates; "
                                             "install ca-certificates or set ca"
                                           : "there is no file " + address.ca_file +
                                                 "; set ca to the certificate of the authority"));
}

}  // namespace unjam
