import CommandLine
import Glibc

exit(LazaretProgram.run())
