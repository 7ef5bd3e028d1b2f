#include <xc.h>

// Constants that some versions of libxc leave out; the values are those of the versions that have them.
enum {
    esp_xc_family_hyb_gga = 32,
    esp_xc_family_hyb_mgga = 64,
    esp_xc_family_hyb_lda = 128,
    esp_xc_flags_cam = 1 << 8,
    esp_xc_flags_camy = 1 << 9,
    esp_xc_flags_vv10 = 1 << 10,
    esp_xc_flags_lc = 1 << 11,
    esp_xc_flags_lcy = 1 << 12,
};
