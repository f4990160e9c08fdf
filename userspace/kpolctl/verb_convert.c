// SPDX-License-Identifier: GPL-2.0-or-later
/* kpolctl convert: KubeArmor and RuntimePolicy into each other, AppArmor into RuntimePolicy. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/words.h"
#include "convert/convert.h"
#include "kpolctl/args.h"
#include "kpolctl/cleanup.h"
#include "kpolctl/message.h"
#include "kpolctl/offline.h"
#include "load/load.h"

enum format { FORMAT_RUNTIME, FORMAT_KUBEARMOR, FORMAT_APPARMOR, N_FORMATS };

static const char *const formats[] = { [FORMAT_RUNTIME] = "runtime",
				       [FORMAT_KUBEARMOR] = "kubearmor",
				       [FORMAT_APPARMOR] = "apparmor",
				       NULL };

static int read_format(const struct kpolctl_args *args, const char *option, enum format otherwise,
		       enum format *ret)
{
	const char *word = kpolctl_args_option(args, option);

	*ret = otherwise;
	if (!word)
		return 0;
	for (enum format i = 0; i < N_FORMATS; i++) {
		*ret = i;
		if (!strcmp(formats[i], word))
			return 0;
	}
	return kpolctl_fail_unknown(option, word, kpol_nearest(formats, word));
}

/* A YAML document says its kind at the beginning of some line; a profile has no such line. */
static enum format guess_format(const char *text)
{
	const char *kind = !strncmp(text, "kind:", 5) ? text : strstr(text, "\nkind:");

	if (!kind && !strstr(text, "apiVersion"))
		return FORMAT_APPARMOR;
	return strstr(text, "kind: KubeArmor") ? FORMAT_KUBEARMOR : FORMAT_RUNTIME;
}

struct order {
	const char *file, *unit;
	enum format from, to;
};

static int convert(const struct order *order, const char *text, size_t len,
		   struct kpol_diags *diags, char **ret, size_t *ret_left)
{
	*ret_left = 0;
	if (order->from == FORMAT_APPARMOR)
		return kpol_convert_apparmor(order->file, text, len, order->unit, diags, ret);
	return kpol_convert_yaml(order->file, text, len,
				 order->to == FORMAT_RUNTIME ? KPOL_CONVERT_TO_RUNTIME
							     : KPOL_CONVERT_TO_KUBEARMOR,
				 diags, ret, ret_left);
}

static int run_order(const struct order *order, const char *text, size_t len)
{
	_cleanup_(kpol_diags_clear) struct kpol_diags diags = { 0 };
	_cleanup_free_ char *result = NULL;
	size_t left;
	int r = convert(order, text, len, &diags, &result, &left);

	kpol_diags_sort(&diags);
	kpolctl_findings_tell(&diags);
	if (r == -ENOMEM)
		return kpolctl_fail(KPOLCTL_TROUBLE, "out of memory");
	if (r == -EBADE)
		return kpolctl_fail(KPOLCTL_TROUBLE, "%s: the result could not be written",
				    order->file);
	if (r < 0)
		return KPOLCTL_NO;
	fputs(result, stdout);
	if (!left)
		return KPOLCTL_OK;
	kpolctl_note("%zu polic%s not converted", left, left == 1 ? "y was" : "ies were");
	return KPOLCTL_NO;
}

static int check_order(const struct order *order)
{
	if (order->to == FORMAT_APPARMOR)
		return kpolctl_fail(KPOLCTL_USAGE, "nothing is converted to apparmor");
	if (order->from == FORMAT_APPARMOR && order->to == FORMAT_KUBEARMOR)
		return kpolctl_fail(KPOLCTL_USAGE, "from apparmor goes to runtime only");
	if (order->unit && order->from != FORMAT_APPARMOR)
		return kpolctl_fail(KPOLCTL_USAGE, "--unit is for --from apparmor");
	return 0;
}

static int run(int argc, char **argv)
{
	_cleanup_free_ char *text = NULL;
	struct kpolctl_args args;
	struct order order;
	size_t len;
	int r, code = kpolctl_args_read(&verb_convert, argc, argv, &args);

	if (code)
		return code;
	order.file = kpolctl_args_word(&args, 0);
	order.unit = kpolctl_args_option(&args, "--unit");
	r = kpol_file_read(order.file, KPOL_BUNDLE_BYTES_MAX, &text, &len);
	if (r < 0)
		return kpolctl_fail(KPOLCTL_TROUBLE, "cannot read %s: %s", order.file,
				    strerror(-r));
	code = read_format(&args, "--from", guess_format(text), &order.from);
	if (!code)
		code = read_format(&args, "--to",
				   order.from == FORMAT_RUNTIME ? FORMAT_KUBEARMOR : FORMAT_RUNTIME,
				   &order.to);
	if (!code)
		code = check_order(&order);
	return code ? code : run_order(&order, text, len);
}

const struct kpolctl_verb verb_convert = {
	.name = "convert",
	.args = "FILE|-",
	.purpose = "Turn KubeArmor, RuntimePolicy and AppArmor policies into another kind; exit 1 "
		   "if some were not",
	.options =
		(const char *const[]){
			"--from kubearmor|runtime|apparmor\twhat the file is (else it is looked "
			"at)",
			"--to runtime|kubearmor\twhat is wanted (else the other one)",
			"--unit UNIT\tfrom AppArmor: the systemd unit that the policy is for",
			NULL,
		},
	.example = "kpolctl convert --from apparmor /etc/apparmor.d/usr.sbin.nginx --unit "
		   "nginx.service",
	.run = run,
};
