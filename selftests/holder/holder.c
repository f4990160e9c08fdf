// SPDX-License-Identifier: GPL-2.0-only
/* Holds security_file_open as a livepatch would, so that a test can see what kpol.ko makes of it. */
#include <linux/ftrace.h>
#include <linux/module.h>

static void leave_alone(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			struct ftrace_regs *fregs)
{
}

static struct ftrace_ops holder = { .func = leave_alone, .flags = FTRACE_OPS_FL_IPMODIFY };

static int __init holder_init(void)
{
	char name[] = "security_file_open";
	int err = ftrace_set_filter(&holder, name, sizeof(name) - 1, 1);

	return err ?: register_ftrace_function(&holder);
}

static void __exit holder_exit(void)
{
	unregister_ftrace_function(&holder);
	ftrace_free_filter(&holder);
}

module_init(holder_init);
module_exit(holder_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Stands where kpol wants to, for its tests");
