# synod-server-parts: what of the server needs no disk, shared by the server and by its tests.
if(NOT TARGET synod-server-parts)
  file(GLOB parts CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/*.cpp")
  list(FILTER parts EXCLUDE REGEX "/(main|raft_node)\\.cpp$")
  add_library(synod-server-parts STATIC ${parts})
  target_link_libraries(synod-server-parts PUBLIC synod::asio CLI11::CLI11)
  target_include_directories(synod-server-parts PUBLIC "${PROJECT_SOURCE_DIR}")
endif()
