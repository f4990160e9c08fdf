/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An executable file: what else the kernel starts when it is executed. */
#ifndef KPOL_COMPILE_IMAGE_H
#define KPOL_COMPILE_IMAGE_H

enum kpol_image_kind {
	KPOL_IMAGE_OTHER = 1, /* neither of the two, or for another kind of machine */
	KPOL_IMAGE_ELF,
	KPOL_IMAGE_SCRIPT,
};

/**
 * struct kpol_image - end with free() of @helper
 * @helper: path of an ELF file's loader (PT_INTERP) or a script's interpreter; NULL: none.
 */
struct kpol_image {
	enum kpol_image_kind kind;
	char *helper;
};

/** kpol_image_read() - look at an open file. Return: 0; -ENOMEM; the errno of pread(2). */
int kpol_image_read(int fd, struct kpol_image *ret);

#endif /* KPOL_COMPILE_IMAGE_H */
