# P2PNS_FRONT_ENDS: which front ends p2pnsd has. What is left out is not built, and neither is the library it needs; but dns
# and http are always built, because the daemon's own resolver and the test network use them.
set(P2PNS_FRONT_ENDS "dns;http;sip;xmpp;hip" CACHE STRING "Front ends linked into p2pnsd, of: dns;http;sip;xmpp;hip")
set(known dns http sip xmpp hip)
foreach(name IN LISTS P2PNS_FRONT_ENDS)
  if(NOT name IN_LIST known)
    message(FATAL_ERROR "P2PNS_FRONT_ENDS: there is no front end '${name}' (there are: ${known})")
  endif()
endforeach()

foreach(name IN LISTS known)
  string(TOUPPER ${name} upper)
  set(P2PNS_WITH_${upper} FALSE)
  if(name IN_LIST P2PNS_FRONT_ENDS)
    set(P2PNS_WITH_${upper} TRUE)
    list(APPEND P2PNS_FRONT_END_TARGETS p2pns::${name})
    string(APPEND front_end_includes "#include \"frontends/${name}/${name}_plugin.hpp\"\n")
    list(APPEND front_end_entries "&${name}::${name}_plugin()")
  endif()
endforeach()
string(REPLACE ";" ", " front_end_entries "${front_end_entries}")

# Writes the list of all of them into the build folder.
function(p2pns_built_ins file)
  configure_file(${CMAKE_SOURCE_DIR}/apps/p2pnsd/built_ins.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/${file} @ONLY)
endfunction()
