#include "core/host/net/clocked_names.hpp"

namespace p2pns::host {

Operation ClockedNames::register_name(names::Registration registration,
                                      Callback<void(Result<names::Receipt>)> completion) {
  enter_();
  Operation operation = node_.names().register_name(std::move(registration), std::move(completion));
  leave_();
  return operation;
}

Operation ClockedNames::release_name(names::P2PName name, Callback<void(Result<void>)> completion) {
  enter_();
  Operation operation = node_.names().release_name(std::move(name), std::move(completion));
  leave_();
  return operation;
}

Operation ClockedNames::resolve(names::NameQuery query,
                                Callback<void(std::shared_ptr<const names::NameAnswer>)> completion) {
  enter_();
  Operation operation = node_.names().resolve(std::move(query), std::move(completion));
  leave_();
  return operation;
}

Operation ClockedNames::locate(const NodeId& id, Callback<void(Result<wire::NodeHandle>)> completion) {
  enter_();
  Operation operation = node_.names().locate(id, std::move(completion));
  leave_();
  return operation;
}

std::shared_ptr<const names::NameAnswer> ClockedNames::find_cached(const names::P2PName& name, TimePoint now) const {
  return std::as_const(node_).names().find_cached(name, now);
}

std::vector<names::OwnName> ClockedNames::own_names(const std::optional<names::P2PName>& after,
                                                    std::size_t maximum) const {
  return std::as_const(node_).names().own_names(after, maximum);
}

Operation ClockedNames::publish_hit(ByteVector signed_bytes, Callback<void(Result<names::HitReceipt>)> completion) {
  enter_();
  Operation operation = node_.names().publish_hit(std::move(signed_bytes), std::move(completion));
  leave_();
  return operation;
}

Operation ClockedNames::find_hit(const crypto::Hit& hit,
                                 Callback<void(std::shared_ptr<const names::HitAnswer>)> completion) {
  enter_();
  Operation operation = node_.names().find_hit(hit, std::move(completion));
  leave_();
  return operation;
}

std::shared_ptr<const names::HitAnswer> ClockedNames::find_cached_hit(const crypto::Hit& hit, TimePoint now) const {
  return std::as_const(node_).names().find_cached_hit(hit, now);
}

Operation ClockedNames::put_weak(names::WeakPut put, Callback<void(Result<dht::Tally>)> completion) {
  enter_();
  Operation operation = node_.names().put_weak(std::move(put), std::move(completion));
  leave_();
  return operation;
}

Operation ClockedNames::find_weak(const Key& key, Callback<void(std::shared_ptr<const names::WeakAnswer>)> completion) {
  enter_();
  Operation operation = node_.names().find_weak(key, std::move(completion));
  leave_();
  return operation;
}

std::shared_ptr<const names::WeakAnswer> ClockedNames::find_cached_weak(const Key& key, TimePoint now) const {
  return std::as_const(node_).names().find_cached_weak(key, now);
}

Operation ClockedNames::remove_weak(names::WeakRemoval removal, Callback<void(Result<void>)> completion) {
  enter_();
  Operation operation = node_.names().remove_weak(std::move(removal), std::move(completion));
  leave_();
  return operation;
}

const names::Zones& ClockedNames::zones() const { return std::as_const(node_).names().zones(); }

names::NodeStatus ClockedNames::status() const { return std::as_const(node_).names().status(); }

}  // namespace p2pns::host
