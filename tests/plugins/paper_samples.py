"""A paper of every kind as the committees' offices would fill it, for the tests of how papers are printed."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec.structs import replace

from steerco.extension.api import Appendix, Block, DocumentContent, DocumentText, Signature, row

NATIONAL: dict[str, Any] = {
    "language": "vi",
    "issuer": ("ỦY BAN QUỐC GIA", "VỀ CHÍNH PHỦ ĐIỆN TỬ"),
    "place": "Hà Nội",
    "filed": "UBQGCPĐT (3b)",
    "drafter": "NTH.(27)",
}
MINISTRY: dict[str, Any] = {
    "language": "vi",
    "parent": ("BỘ KHOA HỌC VÀ CÔNG NGHỆ",),
    "issuer": ("BAN CHỈ ĐẠO XÂY DỰNG", "CHÍNH PHỦ ĐIỆN TỬ"),
    "place": "Hà Nội",
    "filed": "VPB, TTCNTT, BCĐCPĐT",
}
CHAIR = Signature(lines=("CHỦ TỊCH",), name="Trần Văn Bình", offices=("THỦ TƯỚNG CHÍNH PHỦ",))
BY_ORDER = Signature(
    lines=("TL. TRƯỞNG BAN", "TỔ TRƯỞNG TỔ CÔNG TÁC"), name="Vũ Thành Long", mark="TL.", offices=("CHÁNH VĂN PHÒNG BỘ",)
)
DEPUTY = Signature(lines=("KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"), name="Phạm Thị Hòa", mark="KT.", offices=("THỨ TRƯỞNG",))
HEAD = Signature(lines=("TRƯỞNG BAN",), name="Lê Minh Đức", offices=("BỘ TRƯỞNG",))


def body(*parts: tuple[Any, ...]) -> tuple[Block, ...]:
    """Return blocks of kind, text and label."""
    return tuple(Block(*part) for part in parts)


SAMPLES: dict[str, DocumentContent] = {}
SAMPLES["invitation"] = DocumentContent(
    "invitation",
    text=DocumentText(
        title="Họp định kỳ quý I năm 2021 của Ban Chỉ đạo",
        opening="Ban Chỉ đạo xây dựng Chính phủ điện tử Bộ Khoa học và Công nghệ trân trọng kính mời:",
        blocks=body(
            ("item", "Đồng chí Phạm Thị Hòa, Thứ trưởng, Phó Trưởng ban;", "-"),
            ("item", "Các Ủy viên Ban Chỉ đạo;", "-"),
            ("item", "Ông Trần Văn A, Chuyên gia, Hội Tin học Việt Nam (khách mời).", "-"),
            ("field", "Họp định kỳ quý I năm 2021 của Ban Chỉ đạo", "Tới dự"),
            ("field", "Trưởng ban Lê Minh Đức", "Chủ trì"),
            ("field", "14 giờ 00, thứ Sáu, ngày 12 tháng 3 năm 2021 (dự kiến đến 16 giờ 30)", "Thời gian"),
            ("field", "Phòng họp 401, 113 Trần Duy Hưng, Hà Nội", "Địa điểm"),
            ("field", "", "Nội dung"),
            ("item", "Báo cáo tình hình thực hiện kế hoạch năm 2020 (Trung tâm Công nghệ thông tin, 20 phút);", "1."),
            ("item", "Thảo luận Kế hoạch năm 2021.", "2."),
        ),
        closing=(
            "Trường hợp không tham dự được, đề nghị báo cáo và được sự "
            "đồng ý của người chủ trì; nếu ủy quyền người dự họp thay thì "
            "tham gia ý kiến bằng văn bản. Đề nghị xác nhận tham dự "
            "trước ngày 10 tháng 3 năm 2021 theo số điện thoại 024 3555 1234."
        ),
        recipients=("Như trên", "Trưởng ban (để báo cáo)"),
    ),
    number="07",
    symbol="GM-BCĐCPĐT",
    day=date(2021, 3, 8),
    signatures=(BY_ORDER,),
    contact="113 Trần Duy Hưng, Cầu Giấy, Hà Nội; điện thoại: 024 3943 9731\nThư điện tử: ttcntt@most.gov.vn",
    code="K7QX-2M4P-9RTA",
    address="https://dieuhanh.example.vn/t/most/d",
    urgency="KHẨN",
    **MINISTRY,
)
SAMPLES["minutes"] = DocumentContent(
    "minutes",
    text=DocumentText(
        title="Họp định kỳ quý I năm 2021 của Ban Chỉ đạo",
        blocks=body(
            ("field", "14 giờ 00, ngày 12 tháng 3 năm 2021", "Thời gian bắt đầu"),
            ("field", "Phòng họp 401, 113 Trần Duy Hưng, Hà Nội", "Địa điểm"),
            ("field", "", "Thành phần tham dự"),
            ("item", "Có mặt: Trưởng ban Lê Minh Đức; Phó Trưởng ban Phạm Thị Hòa; 12 Ủy viên;", "-"),
            ("item", "Vắng mặt có lý do: Ủy viên Lê Văn B;", "-"),
            ("item", "Dự thay: bà Đỗ Thị C thay Ủy viên Ngô Văn D (có ý kiến bằng văn bản).", "-"),
            ("field", "Trưởng ban Lê Minh Đức", "Chủ trì (chủ tọa)"),
            ("field", "Ông Hoàng Văn E, thành viên Tổ công tác", "Thư ký (người ghi biên bản)"),
            ("field", "", "Nội dung (theo diễn biến cuộc họp)"),
            ("subheading", "Báo cáo tình hình thực hiện kế hoạch năm 2020", "1."),
            ("quote", "Trình bày báo cáo; 14 trên 16 nhiệm vụ đã hoàn thành.", "Trung tâm Công nghệ thông tin"),
            ("quote", "Đề nghị làm rõ nguyên nhân chậm của hai nhiệm vụ còn lại.", "Phó Trưởng ban Phạm Thị Hòa"),
            ("subheading", "Kết luận của người chủ trì", "2."),
            (
                "paragraph",
                "Thống nhất thông qua báo cáo. Giao Văn phòng Bộ hoàn thiện kế hoạch năm 2021 trước ngày 31 tháng 3 năm 2021.",
            ),
        ),
        closing="Cuộc họp kết thúc vào 16 giờ 20, ngày 12 tháng 3 năm 2021.",
        recipients=("Trưởng ban, các Phó Trưởng ban", "Các Ủy viên"),
    ),
    number="03",
    symbol="BB-BCĐCPĐT",
    day=date(2021, 3, 12),
    signatures=(
        Signature(("CHỦ TỌA",), "Lê Minh Đức", role="presiding", offices=("BỘ TRƯỞNG",)),
        Signature(("THƯ KÝ",), "Hoàng Văn E", role="secretary"),
    ),
    **{**MINISTRY, "filed": ""},
)
SAMPLES["conclusion-notice"] = DocumentContent(
    "conclusion-notice",
    text=DocumentText(
        title="Kết luận của Trưởng ban Lê Minh Đức tại cuộc họp định kỳ quý I năm 2021 của Ban Chỉ đạo",
        opening=(
            "Ngày 12 tháng 3 năm 2021, tại Hà Nội, Trưởng ban Lê Minh Đức đã chủ trì cuộc họp định kỳ quý I năm 2021 của Ban "
            "Chỉ đạo. Sau khi nghe Trung tâm Công nghệ thông tin báo "
            "cáo và ý kiến của các thành viên, Trưởng ban kết luận như sau:"
        ),
        blocks=body(
            ("heading", "Đánh giá chung", "I."),
            ("paragraph", "Việc xây dựng Chính phủ điện tử của Bộ đã có chuyển biến rõ nét; một số nhiệm vụ còn chậm."),
            ("heading", "Nhiệm vụ", "II."),
            (
                "table",
                "\n".join(
                    [row("STT", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời hạn", "Sản phẩm")]
                    + [
                        row(
                            str(i),
                            f"Hoàn thiện cơ sở dữ liệu khoa học và công nghệ quốc gia, giai đoạn {i}",
                            "Trung tâm CNTT",
                            "Văn phòng Bộ; Vụ KHTC",
                            "30/6/2021",
                            "Báo cáo",
                        )
                        for i in range(1, 13)
                    ]
                ),
            ),
            ("heading", "Tổ chức thực hiện", "III."),
            ("item", "Tổ công tác theo dõi, đôn đốc việc thực hiện.", "1."),
            ("item", "Các đơn vị báo cáo kết quả trước kỳ họp quý II.", "2."),
        ),
        closing="Văn phòng Bộ thông báo để các cơ quan, đơn vị biết, thực hiện.",
        recipients=("Trưởng ban, các Phó Trưởng ban (để báo cáo)", "Các Ủy viên Ban Chỉ đạo", "Các đơn vị thuộc Bộ"),
    ),
    number="15",
    symbol="TB-BCĐCPĐT",
    day=date(2021, 3, 17),
    signatures=(BY_ORDER,),
    code="K7QX-2M4P-9RTB",
    **MINISTRY,
)
SAMPLES["programme"] = DocumentContent(
    "programme",
    text=DocumentText(
        title="Công tác năm 2021 của Ủy ban Quốc gia về Chính phủ điện tử",
        bases=(
            (
                "Căn cứ Quyết định số 414/QĐ-UBQGCPĐT ngày 21 tháng 10 năm 2020 của Chủ "
                "tịch Ủy ban Quốc gia về Chính phủ điện tử ban hành Quy chế hoạt động của Ủy ban"
            ),
        ),
        opening="Ủy ban Quốc gia về Chính phủ điện tử ban hành Chương trình công tác năm 2021 như sau:",
        blocks=body(
            ("heading", "Mục đích, yêu cầu", "I."),
            ("paragraph", "Bảo đảm sự chỉ đạo thống nhất trong xây dựng Chính phủ điện tử."),
            ("heading", "Nội dung", "II."),
            (
                "table",
                "\n".join(
                    [
                        row("STT", "Nội dung", "Cơ quan chủ trì", "Thời hạn"),
                        row(
                            "1",
                            "Chiến lược phát triển Chính phủ điện tử hướng tới Chính phủ số",
                            "Bộ Thông tin và Truyền thông",
                            "Quý II",
                        ),
                        row("2", "Cổng Dịch vụ công quốc gia", "Văn phòng Chính phủ", "Cả năm"),
                    ]
                ),
            ),
            ("heading", "Tổ chức thực hiện", "III."),
            ("paragraph", "Các thành viên Ủy ban tổ chức thực hiện Chương trình này"),
        ),
        recipients=("Các thành viên Ủy ban",),
    ),
    number="01",
    symbol="CTr-UBQGCPĐT",
    day=date(2021, 1, 5),
    signatures=(CHAIR,),
    **NATIONAL,
)
SAMPLES["plan"] = DocumentContent(
    "plan",
    text=DocumentText(
        title="Kiểm tra việc xây dựng Chính phủ điện tử năm 2021",
        opening="Thực hiện Chương trình công tác năm 2021, Ủy ban ban hành Kế hoạch kiểm tra như sau:",
        blocks=body(
            ("heading", "Mục đích, yêu cầu", "I."),
            ("item", "Đánh giá đúng thực trạng.", "1."),
            ("heading", "Nội dung kiểm tra", "II."),
            ("subheading", "Đối tượng", "1."),
            ("point", "Bộ Công Thương;", "a)"),
            ("point", "Bộ Xây dựng;", "b)"),
            ("point", "Bộ Tài nguyên và Môi trường;", "c)"),
            ("point", "Ủy ban nhân dân thành phố Hà Nội.", "d)"),
            ("subheading", "Thời gian", "2."),
            ("paragraph", "Từ ngày 01 đến ngày 15 tháng 9 năm 2021."),
        ),
        closing="Yêu cầu các cơ quan gửi báo cáo theo đề cương tại Phụ lục trước ngày 20 tháng 8 năm 2021",
        appendices=(
            Appendix(
                "Đề cương báo cáo",
                body(("item", "Kết quả thực hiện nhiệm vụ được giao;", "1."), ("item", "Tồn tại, nguyên nhân, kiến nghị.", "2.")),
            ),
            Appendix(
                "Lịch kiểm tra",
                body(
                    (
                        "table",
                        "\n".join(
                            [
                                row("STT", "Cơ quan", "Ngày", "Trưởng đoàn", "Ghi chú"),
                                row("1", "Bộ Công Thương", "01/9/2021", "Hoàng Gia Bảo", ""),
                            ]
                        ),
                    )
                ),
                landscape=True,
            ),
        ),
        recipients=("Các cơ quan được kiểm tra",),
    ),
    number="02",
    symbol="KH-UBQGCPĐT",
    day=date(2021, 6, 29),
    signatures=(CHAIR,),
    **NATIONAL,
)
SAMPLES["report"] = DocumentContent(
    "report",
    text=DocumentText(
        title="Tình hình, kết quả xây dựng Chính phủ điện tử quý I năm 2021",
        opening="Thực hiện Quy chế hoạt động, Ban Chỉ đạo báo cáo như sau:",
        blocks=body(
            ("heading", "Kết quả thực hiện", "I."),
            (
                "paragraph",
                (
                    "Số liệu từ ngày 15 tháng 12 năm 2020 đến ngày 14 tháng 3 năm 2021: 16 nhiệm vụ; "
                    "hoàn thành đúng hạn 12; hoàn thành quá hạn 2; chưa hoàn thành trong hạn 1; quá hạn 1."
                ),
            ),
            ("heading", "Tồn tại, hạn chế và nguyên nhân", "II."),
            ("paragraph", "Một nhiệm vụ chậm do chưa bố trí được kinh phí."),
            ("heading", "Nhiệm vụ kỳ tới", "III."),
            ("paragraph", "Tiếp tục hoàn thiện dịch vụ công trực tuyến mức độ 4."),
            ("heading", "Kiến nghị, đề xuất", "IV."),
            ("paragraph", "Đề nghị Ủy ban Quốc gia xem xét, hướng dẫn."),
        ),
        recipients=("Bộ trưởng (để báo cáo)",),
    ),
    number="21",
    symbol="BC-BCĐCPĐT",
    day=date(2021, 3, 16),
    signatures=(DEPUTY,),
    addressees=("Ủy ban Quốc gia về Chính phủ điện tử",),
    **MINISTRY,
)
SAMPLES["submission"] = DocumentContent(
    "submission",
    text=DocumentText(
        title="Về việc ban hành Kế hoạch công tác năm 2021",
        opening="Tổ công tác kính trình Trưởng ban dự thảo Kế hoạch công tác năm 2021 như sau:",
        blocks=body(
            ("heading", "Sự cần thiết, căn cứ", "I."),
            ("paragraph", "Khoản 1 Điều 7 Quy chế hoạt động giao Tổ công tác xây dựng kế hoạch."),
            ("heading", "Ý kiến còn khác nhau", "II."),
            ("quote", "đề nghị lùi thời hạn nhiệm vụ số 3 sang quý III.", "Trung tâm Công nghệ thông tin"),
            ("heading", "Đề xuất, kiến nghị", "III."),
            ("paragraph", "Kính trình Trưởng ban xem xét, quyết định."),
        ),
        recipients=("Các thành viên Tổ công tác",),
    ),
    number="04",
    symbol="TTr-TCT",
    day=date(2021, 2, 1),
    signatures=(Signature(("TỔ TRƯỞNG",), "Vũ Thành Long", offices=("CHÁNH VĂN PHÒNG BỘ",)),),
    addressees=("Trưởng ban Chỉ đạo",),
    **MINISTRY,
)
SAMPLES["decision"] = DocumentContent(
    "decision",
    text=DocumentText(
        title="Về việc ban hành Kế hoạch hoạt động năm 2021 của Ban Chỉ đạo",
        bases=(
            "Căn cứ Quyết định số 3395/QĐ-BKHCN của Bộ trưởng Bộ Khoa học và Công nghệ về việc thành lập Ban Chỉ đạo",
            "Căn cứ Quy chế hoạt động của Ban Chỉ đạo",
        ),
        proposal="Theo đề nghị của Tổ trưởng Tổ công tác",
        blocks=body(
            ("article", "Ban hành kèm theo Quyết định này Kế hoạch hoạt động năm 2021 của Ban Chỉ đạo.", "Điều 1."),
            ("article", "Hiệu lực thi hành\nQuyết định này có hiệu lực thi hành kể từ ngày ký.", "Điều 2."),
            (
                "article",
                (
                    "Các Ủy viên Ban Chỉ đạo, Tổ trưởng Tổ công tác và thủ trưởng "
                    "các đơn vị thuộc Bộ chịu trách nhiệm thi hành Quyết định này."
                ),
                "Điều 3.",
            ),
        ),
        appendices=(
            Appendix(
                "Kế hoạch hoạt động năm 2021 của Ban Chỉ đạo",
                body(("heading", "Mục đích", "I."), ("paragraph", "Cụ thể hóa nhiệm vụ năm 2021.")),
            ),
        ),
        recipients=("Như Điều 3", "Lưu")[:1],
    ),
    number="09",
    symbol="QĐ-BCĐCPĐT",
    day=date(2021, 2, 26),
    signatures=(DEPUTY,),
    **MINISTRY,
)
SAMPLES["official-letter"] = DocumentContent(
    "official-letter",
    text=DocumentText(
        title="lấy ý kiến về dự thảo Chiến lược phát triển Chính phủ điện tử",
        opening="Tổ công tác gửi kèm dự thảo Chiến lược và đề nghị Quý cơ quan cho ý kiến theo Phiếu tại Phụ lục.",
        closing="Ý kiến gửi về Tổ công tác trước ngày 30 tháng 4 năm 2021",
        appendices=(
            Appendix(
                "Phiếu lấy ý kiến",
                body(
                    ("field", "Nguyễn Văn A, Thứ trưởng Bộ Công an", "Người được lấy ý kiến"),
                    ("field", "", "Vấn đề"),
                    ("paragraph", "Dự thảo Chiến lược phát triển Chính phủ điện tử."),
                    ("item", "Đồng ý", "□"),
                    ("item", "Không đồng ý", "□"),
                    ("item", "Ý kiến khác", "□"),
                    ("field", "…", "Lý do, ý kiến cụ thể"),
                    ("field", "…", "Ngày"),
                ),
            ),
        ),
        recipients=("Chủ tịch Ủy ban (để báo cáo)",),
    ),
    number="112",
    symbol="UBQGCPĐT-TCT",
    day=date(2021, 4, 2),
    signatures=(
        Signature(
            ("TL. CHỦ TỊCH", "TỔ TRƯỞNG TỔ CÔNG TÁC"), "Đỗ Quang Huy", offices=("BỘ TRƯỞNG BỘ THÔNG TIN", "VÀ TRUYỀN THÔNG")
        ),
    ),
    addressees=("Bộ Công an", "Bộ Tài chính", "Văn phòng Chính phủ"),
    **NATIONAL,
)
SAMPLES["authorisation"] = DocumentContent(
    "authorisation",
    text=DocumentText(
        title="Ký văn bản của Ban Chỉ đạo gửi Chính phủ",
        bases=("Căn cứ khoản 1 Điều 10 Quy chế hoạt động của Ban Chỉ đạo",),
        blocks=body(
            ("field", "Lê Minh Đức, Trưởng ban", "Người ủy quyền"),
            ("field", "Phạm Thị Hòa, Phó Trưởng ban", "Người được ủy quyền"),
            ("field", "Ký các báo cáo định kỳ của Ban Chỉ đạo gửi Chính phủ", "Nội dung ủy quyền"),
            ("field", "Từ ngày 01 tháng 4 năm 2021 đến hết ngày 30 tháng 6 năm 2021", "Thời hạn ủy quyền"),
        ),
        closing="Người được ủy quyền không được ủy quyền lại cho người khác",
        recipients=("Người được ủy quyền",),
    ),
    number="01",
    symbol="GUQ-BCĐCPĐT",
    day=date(2021, 3, 31),
    signatures=(HEAD,),
    **MINISTRY,
)
SAMPLES["commendation-proposal"] = DocumentContent(
    "commendation-proposal",
    text=DocumentText(
        title="Về việc khen thưởng thành tích xây dựng Chính phủ điện tử năm 2020",
        bases=("Căn cứ Luật Thi đua, khen thưởng",),
        opening="Tổ công tác kính trình Chủ tịch Ủy ban xem xét khen thưởng các tập thể, cá nhân tại danh sách kèm theo.",
        appendices=(
            Appendix(
                "Danh sách đề nghị khen thưởng",
                body(
                    (
                        "table",
                        "\n".join(
                            [
                                row("STT", "Tập thể, cá nhân", "Đơn vị", "Thành tích", "Hình thức khen thưởng", "Cấp quyết định"),
                                row(
                                    "1",
                                    "Nguyễn Thị H",
                                    "Cục Tin học hóa",
                                    "Hoàn thành trước hạn 6 nhiệm vụ",
                                    "Bằng khen",
                                    "Bộ trưởng",
                                ),
                            ]
                        ),
                    )
                ),
                landscape=True,
            ),
        ),
        recipients=("Các thành viên Tổ công tác",),
    ),
    number="02",
    symbol="TTr-UBQGCPĐT",
    day=date(2021, 1, 20),
    signatures=(Signature(("TỔ TRƯỞNG TỔ CÔNG TÁC",), "Đỗ Quang Huy", offices=("BỘ TRƯỞNG BỘ THÔNG TIN", "VÀ TRUYỀN THÔNG")),),
    addressees=("Chủ tịch Ủy ban Quốc gia về Chính phủ điện tử",),
    circulation="Lưu hành nội bộ",
    **NATIONAL,
)

for kind_, content_ in SAMPLES.items():
    signed = tuple(replace(each, signed_at="2021-03-08T09:00:00+07:00") for each in content_.signatures)
    SAMPLES[kind_] = replace(content_, signatures=signed)
