#include <connector/plugin.hpp>

#include "plugins/file/file_sink.hpp"
#include "plugins/file/file_source.hpp"

CONNECTOR_PLUGIN("file", CONNECTOR_HOST_VERSION,
                 connector::component<connector_host_plugins::file::FileSource>(),
                 connector::component<connector_host_plugins::file::FileSink>())
