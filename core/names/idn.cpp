#include "core/names/idn.hpp"

#include <idn2.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "core/names/spoken_label.hpp"

namespace p2pns::names::detail {
namespace {

constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool is_letter_or_digit(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
constexpr bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }

std::string lower_case(std::string_view text) {
  std::string result{text};
  for (char& c : result)
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  return result;
}

/// "'%'" or, for what would not print, "U+0007". Only for ASCII.
std::string show(char c) {
  if (c > ' ' && c < 0x7f) return std::string{"'"} + c + "'";
  return "U+" + to_hex(as_bytes(std::string_view{"\0", 1})) + to_hex(as_bytes(std::string_view{&c, 1}));
}

NameError wrong_character(char c) {
  if (c == ' ') return {"a name cannot contain a space"};
  if (c == '_') return {"an underscore may only begin a label in front of a name, as in _sip"};
  if (c == '*') return {"'*' may only stand alone, as the first label in front of a name"};
  return {"a name cannot contain the character " + show(c)};
}

std::string explain(int error) {
  switch (error) {
    case IDN2_ENCODING_ERROR:
      return "the name is not valid UTF-8";
    case IDN2_PUNYCODE_BAD_INPUT:
    case IDN2_PUNYCODE_OVERFLOW:
    case IDN2_INVALID_ALABEL:
    case IDN2_ALABEL_ROUNDTRIP_FAILED:
      return "a label begins with xn-- but is no valid internationalised label";
    case IDN2_NOT_NFC:
      return "a label is not in Unicode normal form C";
    case IDN2_PUNYCODE_BIG_OUTPUT:
    case IDN2_TOO_BIG_DOMAIN:
    case IDN2_TOO_BIG_LABEL:
      return "a label is longer than 63 octets in its ASCII form";
    case IDN2_2HYPHEN:
      return "a label cannot have hyphens in third and fourth place";
    case IDN2_HYPHEN_STARTEND:
      return "a label cannot begin or end with a hyphen";
    case IDN2_LEADING_COMBINING:
      return "a label cannot begin with a combining mark";
    case IDN2_CONTEXTJ:
    case IDN2_CONTEXTJ_NO_RULE:
    case IDN2_CONTEXTO:
    case IDN2_CONTEXTO_NO_RULE:
      return "a label has a character that IDNA2008 does not allow at this place";
    case IDN2_UNASSIGNED:
      return "a label has a character that Unicode has not assigned";
    case IDN2_BIDI:
      return "a label mixes writing directions in a way that could be misread (RFC 5893)";
    default:
      return "a label has a character that names cannot have (IDNA2008 allows letters, digits and marks, no symbols)";
  }
}

/// A string that libidn2 has allocated.
using IdnText = std::unique_ptr<char, void (*)(void*)>;

/// libidn2's answer. STD3 filtering stays off: it would silently drop what it does not like ("a/b" becomes "ab");
/// check_ascii() and is_stable() refuse it instead.
NameResult<std::string> to_a_label(const char* typed, int more_flags = 0) {
  std::uint8_t* raw = nullptr;
  const int error = idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(typed), &raw,
                                   IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL | more_flags);
  const IdnText owned{reinterpret_cast<char*>(raw), idn2_free};
  if (error != IDN2_OK) return NameError{explain(error)};
  return canonical_text(owned.get());
}

/// The label in Unicode, whatever is in it.
std::optional<std::string> decoded(const std::string& label) {
  char* raw = nullptr;
  if (idn2_to_unicode_8z8z(label.c_str(), &raw, 0) != IDN2_OK) return std::nullopt;
  const IdnText shown{raw, idn2_free};
  return std::string{shown.get()};
}

/// True when the label, shown in Unicode and read again with STD3 filtering on, is the same: nothing in it is filtered
/// (U+2260 would be).
bool is_stable(const std::string& label) {
  const auto shown = decoded(label);
  if (!shown) return false;
  const auto again = to_a_label(shown->c_str(), IDN2_USE_STD3_ASCII_RULES);
  return again && *again == label;
}

/// The rules of letters, digits and hyphens, for a lower-case ASCII label.
NameResult<void> check_ascii(std::string_view label, LabelForm form) {
  if (label.empty()) return NameError{"a label is empty"};
  if (label.size() > dht::label_maximum_bytes) return NameError{explain(IDN2_TOO_BIG_LABEL)};
  std::string_view body = label;
  if (form == LabelForm::prefix && body.front() == '_') body.remove_prefix(1);
  if (body.empty()) return NameError{"an underscore alone is no label"};
  for (const char c : body)
    if (!is_letter_or_digit(c) && c != '-') return wrong_character(c);
  if (body.front() == '-' || body.back() == '-') return NameError{explain(IDN2_HYPHEN_STARTEND)};
  if (dht::has_foreign_tag(label)) return NameError{explain(IDN2_2HYPHEN)};
  return {};
}

NameResult<std::string> canonical_international(const std::string& typed) {
  for (const char c : typed)
    if (is_ascii(c) && !is_letter_or_digit(c) && c != '-') return wrong_character(c);
  auto mapped = to_a_label(typed.c_str());
  if (!mapped) return mapped.error();
  // A mapping may produce ASCII that was not there before (U+2100 becomes "a/c") or nothing at all (U+00AD).
  if (auto fine = check_ascii(*mapped, LabelForm::plain); !fine) return fine.error();
  const bool typed_as_a_label = std::all_of(typed.begin(), typed.end(), is_ascii);
  if (typed_as_a_label && *mapped != typed) return NameError{explain(IDN2_ALABEL_ROUNDTRIP_FAILED)};
  if (!is_stable(*mapped)) return NameError{explain(IDN2_DISALLOWED)};
  return mapped;
}

}  // namespace

NameResult<std::string> canonical_label(std::string_view typed, LabelForm form) {
  if (typed.empty()) return NameError{"a label is empty"};
  if (typed.size() > typed_label_maximum_bytes) return NameError{explain(IDN2_TOO_BIG_LABEL)};
  std::string label = lower_case(typed);
  if (label.find('\0') != std::string::npos) return wrong_character('\0');
  const bool ascii = std::all_of(label.begin(), label.end(), is_ascii);
  if (!ascii || label.starts_with("xn--")) return canonical_international(label);
  if (auto fine = check_ascii(label, form); !fine) return fine.error();
  return canonical_text(std::move(label));
}

}  // namespace p2pns::names::detail

namespace p2pns::names {

/// Labels of other nodes may decode to anything: only what reads back as the same counts.
std::string spoken_label(std::string_view canonical) {
  std::string label{canonical};
  if (!label.starts_with("xn--")) return label;
  auto shown = detail::decoded(label);
  if (!shown) return label;
  const auto again = detail::canonical_label(*shown, detail::LabelForm::plain);
  return again && *again == label ? *std::move(shown) : label;
}

}  // namespace p2pns::names
