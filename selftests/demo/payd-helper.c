// SPDX-License-Identifier: GPL-2.0-or-later
/* payd-helper: prints the receipt of a payment, the one other program that payd may run. */
#include <stdio.h>

int main(int argc, char **argv)
{
	printf("receipt: %s\n", argc > 1 ? argv[1] : "0.00");
	return 0;
}
