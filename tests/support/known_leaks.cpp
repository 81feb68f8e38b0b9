// ldns 1.8.3 forgets a few bytes when it refuses the text of an IPSECKEY or CERT record. Named one by one, so that a
// leak of ours is still found; called by the address sanitizer, by nobody in other builds.
extern "C" {

const char* __lsan_default_suppressions();
const char* __lsan_default_suppressions() { return "leak:ldns_str2rdf_ipseckey\nleak:ldns_str2rdf_cert_alg\n"; }

const char* __asan_default_options();
const char* __asan_default_options() { return "fast_unwind_on_malloc=0"; }  // ldns is built without frame pointers
}
