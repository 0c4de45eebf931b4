#include "app/commands.h"

int main(int argc, char** argv) { return unjam::run_cli(argc, argv); }
