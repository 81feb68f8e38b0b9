// A shared object that is none of ours.
extern "C" int answer() noexcept;
extern "C" int answer() noexcept { return 42; }
