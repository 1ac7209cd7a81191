// Only to compile the headers that most tests include: see CMakeLists.txt.
