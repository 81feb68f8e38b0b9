#include "core/dht/name_form.hpp"

#include <algorithm>

namespace p2pns::dht {
namespace {

constexpr bool is_letter_or_digit(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

bool has_foreign_tag(std::string_view label) noexcept {
  return label.size() > 3 && label[2] == '-' && label[3] == '-' && !label.starts_with("xn");
}

bool has_canonical_form(std::string_view label, LabelForm form) noexcept {
  if (label.empty() || label.size() > label_maximum_bytes || has_foreign_tag(label)) return false;
  if (form == LabelForm::prefix && label.front() == '_') label.remove_prefix(1);
  if (label.empty() || label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

bool is_canonical_zone(std::string_view zone) noexcept {
  if (zone.size() > zone_maximum_bytes || zone.ends_with(alias_suffix)) return false;
  for (auto dot = zone.find('.'); dot != std::string_view::npos; dot = zone.find('.')) {
    if (!has_canonical_form(zone.substr(0, dot), LabelForm::plain)) return false;
    zone.remove_prefix(dot + 1);
  }
  return has_canonical_form(zone, LabelForm::plain);
}

bool is_canonical_label(std::string_view label) noexcept {
  return has_canonical_form(label, LabelForm::plain) && label != key_label && label != hit_label;
}

}  // namespace p2pns::dht
