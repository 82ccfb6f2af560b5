// SPDX-License-Identifier: BSL-1.0
// Commands that the server answers by itself: nothing of them is replicated.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "examples/server/commands.hpp"

namespace synod_server {

class clients;
class connection;
struct node_status;

/// Whether a command, of right arity, never reaches the machine.
bool is_own_command(command_info const& info, std::vector<std::string_view> const& words) noexcept;
void run_own_command(clients& all, connection& from, command_info const& info,
                     std::vector<std::string_view> const& words);

/// As Redis says it.
std::string unknown_command(std::vector<std::string_view> const& words);

/// The lines `name:value` of SYNOD STATUS.
std::string status_text(node_status const& now, clients const& all);

}  // namespace synod_server
