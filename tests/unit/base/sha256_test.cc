// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/sha256.h"

#include "tests/support/catch.h"

using ringside::Sha256;

// The examples of FIPS 180-4 and of NIST's vectors.
TEST_CASE("SHA-256 is the standard's, wherever the text is cut", "[base]") {
  CHECK(Sha256().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(Sha256().add("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const std::string two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  for (size_t cut = 0; cut <= two.size(); cut++)
    CHECK(Sha256().add(two.substr(0, cut)).add(two.substr(cut)).hex() ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(Sha256().add(std::string(1'000'000, 'a')).hex() ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("parts that are cut in another way have another hash", "[base]") {
  CHECK(Sha256().part("ab").part("c").hex() != Sha256().part("a").part("bc").hex());
  CHECK(Sha256().part("").part("abc").hex() != Sha256().part("abc").part("").hex());
}
