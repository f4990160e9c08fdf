// SPDX-License-Identifier: GPL-2.0-or-later
/* Lint with the workload's files at hand: loaders, interpreters, symbolic links. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compile/image.h"
#include "compile/root.h"

#include "lint_case.h"
#include "kselftest_harness.h"

#define LOADER "/lib64/ld-linux-x86-64.so.2"

/* An ELF file of two headers that names a loader. */
struct program {
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	char loader[sizeof(LOADER)];
};

static const struct program program = {
	.header = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
				 EV_CURRENT },
		    .e_type = ET_DYN,
		    .e_machine = EM_X86_64,
		    .e_phoff = offsetof(struct program, segment),
		    .e_phentsize = sizeof(Elf64_Phdr),
		    .e_phnum = 1 },
	.segment = { .p_type = PT_INTERP,
		     .p_offset = offsetof(struct program, loader),
		     .p_filesz = sizeof(LOADER) },
	.loader = LOADER,
};

FIXTURE(image)
{
	char root[64];
};

static void make_file(const char *root, const char *path, const void *bytes, size_t len)
{
	char whole[512];
	int fd;

	snprintf(whole, sizeof(whole), "%s%s", root, path);
	for (char *slash = strchr(whole + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(whole, 0755);
		*slash = '/';
	}
	fd = open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
		perror(whole);
	close(fd);
}

static void make_script(const char *root, const char *path, const char *text)
{
	make_file(root, path, text, strlen(text));
}

static void make_link(const char *root, const char *path, const char *target)
{
	char whole[512];

	snprintf(whole, sizeof(whole), "%s%s", root, path);
	if (symlink(target, whole))
		perror(whole);
}

/* A system with merged /usr, and links that want to lead out of it. */
FIXTURE_SETUP(image)
{
	strcpy(self->root, "/tmp/kpol-lint-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->root));
	make_file(self->root, "/usr/bin/app", &program, sizeof(program));
	make_file(self->root, "/usr/bin/dash", &program, sizeof(program));
	make_script(self->root, "/usr/lib64/ld-2.so", "a loader");
	make_link(self->root, "/usr/lib64/ld-linux-x86-64.so.2", "ld-2.so");
	make_link(self->root, "/lib64", "usr/lib64");
	make_link(self->root, "/bin", "/usr/bin");
	make_link(self->root, "/usr/bin/sh", "dash");
	make_script(self->root, "/etc/passwd", "of the image");
	make_link(self->root, "/usr/bin/out", "../../../../../../../../etc/passwd");
	make_script(self->root, "/usr/bin/script", "#! /bin/sh -e\n");
	make_script(self->root, "/usr/bin/nested", "#!/usr/bin/script\n");
	make_script(self->root, "/usr/bin/loop", "#!/usr/bin/loop\n");
	make_script(self->root, "/usr/bin/text", "nothing");
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	return remove(path);
}

FIXTURE_TEARDOWN(image)
{
	nftw(self->root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void expect_resolved(struct __test_metadata *_metadata, const char *root, const char *path,
			    const char *expected)
{
	_cleanup_free_ char *real = NULL;

	EXPECT_EQ(0, kpol_root_resolve(root, path, NULL, &real));
	EXPECT_STREQ(expected, real);
}

/* The same with what was found before, whatever came before. */
TEST_F(image, neighbours_of_what_is_missing_resolve_as_alone)
{
	static const char *const paths[] = { "/bin/none/x",   "/bin/none/y", "/bin/none",
					     "/bin/nonesuch", "/bin/sh",     "/none/a",
					     "/none/a/b",     "/nonesuch",   "/bin/sh/x",
					     "/bin/sh/y",     "/bin/sh",     "/usr/lib64/z",
					     "/usr/bin/out",  "/none/b",     "/lib64/q/r",
					     "/lib64/q" };
	_cleanup_(kpol_root_memo_clear) struct kpol_root_memo memo = { 0 };

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		_cleanup_free_ char *alone = NULL, *among = NULL;

		EXPECT_EQ(0, kpol_root_resolve(self->root, paths[i], NULL, &alone));
		EXPECT_EQ(0, kpol_root_resolve(self->root, paths[i], &memo, &among));
		EXPECT_STREQ(alone, among);
	}
	EXPECT_STREQ("/lib64/q", memo.missing);
	EXPECT_STREQ("/usr/lib64/q", memo.real);
}

TEST_F(image, links_are_followed_inside_the_root)
{
	_cleanup_free_ char *real = NULL;

	expect_resolved(_metadata, self->root, "/bin/sh", "/usr/bin/dash");
	expect_resolved(_metadata, self->root, LOADER, "/usr/lib64/ld-2.so");
	expect_resolved(_metadata, self->root, "/bin/none/x", "/usr/bin/none/x");
	expect_resolved(_metadata, self->root, "/usr/bin/out", "/etc/passwd");
	expect_resolved(_metadata, self->root, "/usr", "/usr");
	expect_resolved(_metadata, self->root, "/none/x", "/none/x");
	EXPECT_EQ(-ENOENT, kpol_root_resolve("/none", "/usr", NULL, &real));
	EXPECT_EQ(-ENOENT, kpol_root_open(self->root, "/usr/bin/none"));
	EXPECT_EQ(-ENOTSUP, kpol_root_open(self->root, "/usr/bin"));
}

TEST_F(image, helpers_are_read_from_the_file)
{
	static const struct {
		const char *path;
		enum kpol_image_kind kind;
		const char *helper;
	} cases[] = {
		{ "/usr/bin/app", KPOL_IMAGE_ELF, LOADER },
		{ "/usr/bin/script", KPOL_IMAGE_SCRIPT, "/bin/sh" },
		{ "/usr/bin/text", KPOL_IMAGE_OTHER, NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int fd = kpol_root_open(self->root, cases[i].path);
		struct kpol_image image;

		ASSERT_LE(0, fd);
		EXPECT_EQ(0, kpol_image_read(fd, &image));
		EXPECT_EQ(cases[i].kind, image.kind);
		EXPECT_STREQ(cases[i].helper ? cases[i].helper : "-",
			     image.helper ? image.helper : "-");
		free(image.helper);
		close(fd);
	}
}

/* Whatever a hostile image says its headers are. */
TEST_F(image, broken_headers_name_no_helper)
{
	struct program broken[] = { program, program, program, program, program };
	struct kpol_image image;

	broken[0].header.e_phoff = UINT64_MAX - 8;
	broken[1].segment.p_filesz = UINT64_MAX;
	broken[2].segment.p_offset = INT64_MAX;
	broken[3].loader[sizeof(LOADER) - 1] = 'x';
	broken[4].header.e_phentsize = 1;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		int fd;

		make_file(self->root, "/broken", &broken[i], sizeof(broken[i]));
		fd = kpol_root_open(self->root, "/broken");
		kpol_image_read(fd, &image);
		EXPECT_EQ(NULL, image.helper) TH_LOG("%zu", i);
		free(image.helper);
		close(fd);
	}
}

static void expect_findings(struct __test_metadata *_metadata, const char *root, bool host_only,
			    const char *yaml, const char *expected)
{
	struct kpol_lint_files files = { root, host_only };
	struct kpol_diags diags = { 0 };
	_cleanup_free_ char *text = NULL;

	lint_yaml(yaml, &files, &diags);
	text = findings_text(&diags);
	EXPECT_STREQ(expected, text);
	EXPECT_EQ(NULL, wrong_severity(&diags));
	kpol_diags_clear(&diags);
}

#define PROGRAMS(list) POLICY "  process:\n    action: Allow\n    matchPaths:\n" list
#define CODE(list) "  libraries:\n    action: Allow\n    matchPaths:\n" list
#define FREE_CODE "  libraries: {matchPatterns: [{pattern: \"/usr/**\", action: Allow}]}\n"
#define CANNOT_START "warning: this program cannot start: "
#define NOT_ALLOWED " is mapped as code, and no \"libraries\" rule allows it [KPOL039]\n"
#define SCRIPT "warning: this script cannot run: its interpreter "

TEST_F(image, loader_must_be_allowed_where_libraries_are)
{
	expect_findings(_metadata, self->root, false,
			PROGRAMS("    - path: /usr/bin/app\n") CODE("    - path: /usr/bin/app\n"),
			"f:13:13: " CANNOT_START "its loader \"/usr/lib64/ld-2.so\"" NOT_ALLOWED);
	expect_findings(_metadata, self->root, false,
			PROGRAMS("    - path: /usr/bin/app\n")
				CODE("    - path: /usr/lib64/ld-2.so\n"),
			"f:13:13: " CANNOT_START "the program \"/usr/bin/app\"" NOT_ALLOWED);
	expect_findings(_metadata, self->root, false,
			PROGRAMS("    - path: /usr/bin/app\n")
				CODE("    - path: /usr/bin/app\n    - path: /usr/lib64/ld-2.so\n"),
			"");
}

TEST_F(image, interpreter_must_be_allowed)
{
	expect_findings(_metadata, self->root, false,
			PROGRAMS("    - path: /usr/bin/script\n") FREE_CODE,
			"f:13:13: " SCRIPT "\"/usr/bin/dash\" is not allowed to run [KPOL038]\n");
	expect_findings(
		_metadata, self->root, false,
		PROGRAMS("    - path: /usr/bin/script\n    - path: /usr/bin/dash\n") FREE_CODE, "");
	expect_findings(_metadata, self->root, false,
			PROGRAMS("    - path: /usr/bin/script\n    - path: /usr/bin/dash\n")
				FREE_CODE "  file: {matchPaths: [{path: /etc/x, action: Allow}]}\n",
			"f:13:13: " SCRIPT "\"/usr/bin/dash\" may not read the script [KPOL038]\n");
}

TEST_F(image, interpreter_of_an_interpreter_must_be_allowed)
{
	expect_findings(_metadata, self->root, false,
			PROGRAMS("    - path: /usr/bin/nested\n    - path: /usr/bin/script\n")
				FREE_CODE,
			"f:13:13: " SCRIPT "\"/usr/bin/dash\" is not allowed to run [KPOL038]\n"
			"f:14:13: " SCRIPT "\"/usr/bin/dash\" is not allowed to run [KPOL038]\n");
	expect_findings(_metadata, self->root, false,
			PROGRAMS("    - path: /usr/bin/loop\n") FREE_CODE, "");
}

TEST_F(image, absent_program_is_noted)
{
	char expected[256];

	snprintf(expected, sizeof(expected),
		 "f:13:13: note: \"/usr/bin/none\" is not there in %s [KPOL040]\n", self->root);
	expect_findings(_metadata, self->root, false,
			PROGRAMS("    - path: /usr/bin/none\n") FREE_CODE, expected);
	expect_findings(_metadata, self->root, true,
			PROGRAMS("    - path: /usr/bin/none\n") FREE_CODE, "");
}

TEST_F(image, links_are_those_of_the_image)
{
	char expected[512];

	snprintf(expected, sizeof(expected),
		 "f:12:13: warning: \"/bin/sh\" is reached as \"/usr/bin/dash\" in %s, where this "
		 "rule "
		 "matches nothing: name both [KPOL030]\n"
		 "f:13:14: warning: the source \"/usr/bin/sh\" runs as \"/usr/bin/dash\" in %s, "
		 "which "
		 "this rule does not name: name both [KPOL030]\n",
		 self->root, self->root);
	expect_findings(
		_metadata, self->root, false,
		POLICY RULES("file",
			     "matchPaths") "    - path: /bin/sh\n"
					   "    - {path: /a, fromSource: [{path: /usr/bin/sh}]}\n"
					   "    - path: /usr/bin/app\n    - path: /lib/none\n",
		expected);
}

/* A container's files are not this machine's. */
TEST_F(image, only_hosts_are_looked_at_without_an_image)
{
	static const char container[] = BUNDLE NAMED(
		"ns-a.b.v1",
		"{matchLabels: {app: web}}") "  process:\n    action: Allow\n    matchPaths:\n    "
					     "- path: /usr/bin/script\n" FREE_CODE;

	expect_findings(_metadata, self->root, true, container, "");
	expect_findings(_metadata, self->root, false, container,
			"f:13:13: " SCRIPT "\"/usr/bin/dash\" is not allowed to run [KPOL038]\n");
	expect_findings(_metadata, self->root, true,
			PROGRAMS("    - path: /usr/bin/script\n") FREE_CODE,
			"f:13:13: " SCRIPT "\"/usr/bin/dash\" is not allowed to run [KPOL038]\n");
}

TEST_HARNESS_MAIN
