#include "frontends/rdata/svc_params.hpp"

#include <gtest/gtest.h>

#include "tests/support/hex.hpp"

namespace p2pns::rdata {
namespace {

std::string_view fault(std::string_view after_target) {
  return fault_of_svcb(test::hex("000100" + std::string{after_target}));
}

TEST(SvcParams, TakesWhatTheRfcAllows) {
  EXPECT_EQ(fault_of_svcb(test::hex("000000")), "");
  EXPECT_EQ(fault(""), "");
  EXPECT_EQ(fault("0001"
                  "0003"
                  "026832"
                  "0002"
                  "0000"),
            "");  // alpn, no-default-alpn
  EXPECT_EQ(fault("0000"
                  "0002"
                  "0003"
                  "0003"
                  "0002"
                  "0035"),
            "");  // mandatory=port, port
  EXPECT_EQ(fault("0004"
                  "0008"
                  "c0000201c0000202"),
            "");  // two hints
  EXPECT_EQ(fault("0006"
                  "0010"
                  "20010db8000000000000000000000001"),
            "");
  EXPECT_EQ(fault("0007"
                  "0000"
                  "ff00"
                  "0001"
                  "61"),
            "");  // unknown keys
}

TEST(SvcParams, RefusesPriorityOrTargetMissing) {
  for (const char* data : {"", "00", "0001", "00010161", "0001c00c", "000140"})
    EXPECT_NE(fault_of_svcb(test::hex(data)), "") << data;
}

TEST(SvcParams, RefusesALengthOverTheEnd) {
  EXPECT_NE(fault("000300"), "");
  EXPECT_NE(fault("0003"
                  "0003"
                  "0035"),
            "");
  EXPECT_NE(fault("0003"
                  "ffff"),
            "");
}

TEST(SvcParams, RefusesKeysTwiceOrNotAscending) {
  EXPECT_NE(fault("0003"
                  "0002"
                  "0035"
                  "0003"
                  "0002"
                  "0035"),
            "");
  EXPECT_NE(fault("0003"
                  "0002"
                  "0035"
                  "0001"
                  "0003"
                  "026832"),
            "");
  EXPECT_NE(fault("ffff"
                  "0000"),
            "");
}

TEST(SvcParams, RefusesValuesOfAnotherForm) {
  EXPECT_NE(fault("0001"
                  "0000"),
            "");  // alpn without a name
  EXPECT_NE(fault("0001"
                  "0001"
                  "00"),
            "");  // an empty name
  EXPECT_NE(fault("0001"
                  "0003"
                  "036832"),
            "");  // a name cut
  EXPECT_NE(fault("0002"
                  "0000"),
            "");  // no-default-alpn alone
  EXPECT_NE(fault("0001"
                  "0003"
                  "026832"
                  "0002"
                  "0001"
                  "00"),
            "");
  EXPECT_NE(fault("0003"
                  "0001"
                  "35"),
            "");  // port of one byte
  EXPECT_NE(fault("0004"
                  "0003"
                  "c00002"),
            "");
  EXPECT_NE(fault("0004"
                  "0000"),
            "");
  EXPECT_NE(fault("0005"
                  "0000"),
            "");
  EXPECT_NE(fault("0006"
                  "0004"
                  "c0000201"),
            "");
}

TEST(SvcParams, RefusesAMandatoryListThatIsOff) {
  EXPECT_NE(fault("0000"
                  "0000"),
            "");
  EXPECT_NE(fault("0000"
                  "0001"
                  "00"),
            "");
  EXPECT_NE(fault("0000"
                  "0002"
                  "0000"),
            "");  // itself
  EXPECT_NE(fault("0000"
                  "0002"
                  "0003"),
            "");  // not there
  EXPECT_NE(fault("0000"
                  "0004"
                  "0003"
                  "0003"
                  "0003"
                  "0002"
                  "0035"),
            "");  // twice
}

}  // namespace
}  // namespace p2pns::rdata
