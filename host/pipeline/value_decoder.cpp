#include "host/pipeline/value_decoder.hpp"

#include "connector/view.hpp"

namespace connector_host::pipeline {

void ValueDecoder::read(Entry& entry) {
  text_ = connector::text(entry.record.value);
  why_.clear();
  failed_ = false;
  const ContentEncoding encoding = ContentEncoding::of(entry.record);
  if (!encoding.is_supported())
    why_ = "the value is encoded as " + encoding.shown() + ", which is not supported: not JSON";
  else if (!encoding.codings().empty() && !connector::is_null(entry.record.value))
    return decode(entry, encoding);
  decoder_.release_large();
}

void ValueDecoder::decode(Entry& entry, const ContentEncoding& encoding) {
  const auto decoded = decoder_.decode(text_, encoding.codings(), why_);
  failed_ = !decoded;
  if (failed_) return;
  text_ = *decoded;
  if (settings_.for_sink) give_to(entry);
}

void ValueDecoder::give_to(Entry& entry) {
  connector_record& record = entry.record;
  entry.decoded = std::make_unique<DecodedValue>();
  DecodedValue& own = *entry.decoded;
  own.value = text_;
  own.headers.reserve(record.header_count);
  for (std::uint64_t i = 0; i < record.header_count; ++i) {
    if (!ContentEncoding::is_named_by(record.headers[i])) own.headers.push_back(record.headers[i]);
  }
  text_ = own.value;
  record.value = connector::view(own.value);
  record.headers = own.headers.data();
  record.header_count = own.headers.size();
  entry.arrived = record.value;  // what a redelivery is compared with, decoded as well
}

}  // namespace connector_host::pipeline
